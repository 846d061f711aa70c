import type { RightsStatus } from "../../api/types";
import { useText } from "../../i18n";
import { day } from "./format";

const STEPS = ["received", "transcribing", "review", "decision"] as const;
type StepName = (typeof STEPS)[number];

/** How many of the steps are behind; the one after them is where things stand. */
const BEHIND: Readonly<Record<RightsStatus["step"], number>> = {
  open: 1,
  transcribing: 1,
  waiting: 2,
  in_review: 2,
  decided: 4,
  told: 4,
  erased: 4,
};

export function Where({ status }: { readonly status: RightsStatus }) {
  const { t } = useText();
  const behind = BEHIND[status.step];
  return (
    <section aria-labelledby="where-title" className="panel" data-testid="where">
      <h2 id="where-title">{t("where.title")}</h2>
      <p data-testid="step" role="status">
        {t(`where.now.${status.step}`)}
      </p>
      <ol className="track">
        {STEPS.map((name, index) => (
          <li
            aria-current={index === behind ? "step" : undefined}
            data-past={index < behind || undefined}
            key={name}
          >
            <strong>{t(`where.steps.${name}`)}</strong>
            <When name={name} status={status} />
          </li>
        ))}
      </ol>
      <p className="fine">{t("where.noScore")}</p>
    </section>
  );
}

function When({ name, status }: { readonly name: StepName; readonly status: RightsStatus }) {
  const { language } = useText();
  const at = name === "received" ? status.ended_at : name === "decision" ? status.decided_at : null;
  return at ? <time dateTime={at}>{day(at, language)}</time> : null;
}
