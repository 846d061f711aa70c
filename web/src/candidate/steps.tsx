import { useText } from "../i18n";

const STEPS = ["consent", "devices", "live", "done"] as const;
export type StepName = (typeof STEPS)[number];

export function Steps({ current }: { readonly current: StepName }) {
  const { t } = useText();
  const at = STEPS.indexOf(current);
  return (
    <ol aria-label={t("steps.label")} className="steps">
      {STEPS.map((name, index) => (
        <li
          aria-current={name === current ? "step" : undefined}
          className={index < at ? "is-past" : ""}
          key={name}
        >
          {t(`steps.${name}`)}
        </li>
      ))}
    </ol>
  );
}
