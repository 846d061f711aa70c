import { useId, useState } from "react";
import { unwrap } from "../../api/problem";
import { useText } from "../../i18n";
import { useClient } from "../use-client";
import { Fold, type RightsProps, Trouble, useAct } from "./fold";
import { Withdraw } from "./withdraw";

/** What may be asked for, each folded away until it is wanted. */
export function Rights(props: RightsProps) {
  const { t } = useText();
  const { requests, contests } = props.status;
  const isOpen = (kind: string) =>
    requests.some((one) => one.kind === kind && one.state === "open");
  return (
    <section aria-labelledby="rights-title" className="panel no-print" data-testid="rights">
      <h2 id="rights-title">{t("rights.title")}</h2>
      <p>{t("rights.lead")}</p>
      {!isOpen("copy") && <Copy {...props} />}
      {!contests.some((one) => !one.answered_at) && <Contest {...props} />}
      <Withdraw {...props} />
      {!isOpen("erasure") && <Erase {...props} />}
    </section>
  );
}

function Copy({ token, onChange }: RightsProps) {
  const { t } = useText();
  const client = useClient(token);
  const { act, error, isBusy } = useAct(onChange);
  const body = { kind: "copy" } as const;
  return (
    <Fold name="copy">
      <button
        className="button"
        data-testid="ask-copy"
        disabled={isBusy}
        onClick={() =>
          void act(() => unwrap(client.POST("/api/candidate/rights/requests", { body })))
        }
        type="button"
      >
        {t("rights.copy.action")}
      </button>
      <Trouble error={error} />
    </Fold>
  );
}

const KINDS = ["review", "contest"] as const;

function Contest({ token, onChange }: RightsProps) {
  const { t } = useText();
  const client = useClient(token);
  const id = useId();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("review");
  const [text, setText] = useState("");
  const { act, error, isBusy } = useAct(onChange);
  const body = { kind, text };
  return (
    <Fold name="contest">
      <fieldset className="needs-time">
        <legend>{t("rights.contest.kind")}</legend>
        {KINDS.map((one) => (
          <label className="pill" key={one}>
            <input
              checked={kind === one}
              data-testid={`contest-${one}`}
              name={id}
              onChange={() => setKind(one)}
              type="radio"
            />
            <span>{t(`asked.contest.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{t("rights.contest.words")}</span>
        <textarea
          data-testid="contest-text"
          maxLength={4000}
          onChange={(event) => setText(event.target.value)}
          rows={4}
          value={text}
        />
      </label>
      <button
        className="button"
        data-testid="ask-contest"
        disabled={isBusy}
        onClick={() =>
          void act(() => unwrap(client.POST("/api/candidate/rights/contest", { body })))
        }
        type="button"
      >
        {t("rights.contest.action")}
      </button>
      <Trouble error={error} />
    </Fold>
  );
}

function Erase({ token, onChange }: RightsProps) {
  const { t } = useText();
  const client = useClient(token);
  const [isSure, setSure] = useState(false);
  const { act, error, isBusy } = useAct(onChange);
  const body = { kind: "erasure" } as const;
  return (
    <Fold name="erase">
      <label className="choice">
        <input
          checked={isSure}
          data-testid="erase-sure"
          onChange={(event) => setSure(event.target.checked)}
          type="checkbox"
        />
        <span>{t("rights.erase.sure")}</span>
      </label>
      <button
        className="button danger"
        data-testid="ask-erase"
        disabled={!isSure || isBusy}
        onClick={() =>
          void act(() => unwrap(client.POST("/api/candidate/rights/requests", { body })))
        }
        type="button"
      >
        {t("rights.erase.action")}
      </button>
      <Trouble error={error} />
    </Fold>
  );
}
