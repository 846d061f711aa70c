import { lazy, Suspense } from "react";
import { useText } from "../i18n";
import { Icon } from "../ui/icons";
import { Loading } from "./loading";

/** Status, receipt and rights bring their own texts and styles. */
const After = lazy(() => import("./rights/after"));

interface Props {
  readonly isEarly: boolean;
  readonly token: string;
}

export function Done({ isEarly, token }: Props) {
  const { t } = useText();
  return (
    <div className="column" data-testid="done">
      <div className="done-head">
        <span className="done-mark">
          <Icon name="check" size={30} />
        </span>
        <h1 tabIndex={-1}>{t(isEarly ? "done.earlyTitle" : "done.title")}</h1>
        <p className="lead">{t(isEarly ? "done.early" : "done.text")}</p>
      </div>
      <Suspense fallback={<Loading />}>
        <After token={token} />
      </Suspense>
    </div>
  );
}
