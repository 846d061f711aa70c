import { useText } from "../../i18n";
import { PageHead } from "../parts/page-head";
import { FirstSteps } from "./first-steps";

export default function StartPage() {
  const { t } = useText();
  return (
    <>
      <PageHead lead={t("start.lead")} title={t("start.title")} />
      <FirstSteps />
      <p className="hint">
        {t("queue.emptySample")} <code>candor seed</code>
      </p>
    </>
  );
}
