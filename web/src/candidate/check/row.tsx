import type { ReactNode } from "react";
import type { Part } from "../../core/check/diagnostics";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Remedy } from "./remedy";

interface Props {
  readonly name: "browser" | "picture" | "sound" | "speaker" | "network";
  readonly part: Part;
  /** What to say while nothing is wrong. */
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}

/** One thing that was tested: its state in a word, and what to do about it. */
export function Row({ name, part, note, children }: Props) {
  const { t } = useText();
  return (
    <li className="check-row" data-state={part.state} data-testid={`check-${name}`}>
      <span aria-hidden="true" className="check-mark">
        {part.state === "ok" && <Icon name="check" size={18} />}
        {(part.state === "warn" || part.state === "bad") && <Icon name="alert" size={18} />}
      </span>
      <div className="check-body">
        <h2>
          {t(`check.${name}.title`)}
          <span className="visually-hidden">: {t(`check.state.${part.state}`)}</span>
        </h2>
        <div className="check-note" role="status">
          {part.cause ? <Remedy cause={part.cause} /> : note}
        </div>
        {children}
      </div>
    </li>
  );
}
