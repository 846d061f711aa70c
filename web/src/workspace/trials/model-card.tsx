import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { FittedModel } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { useMay } from "../queries";
import { bounds, figure } from "./numbers";
import { type Step, useStep } from "./use-calibration";

const TONES = {
  draft: "quiet",
  proposed: "warn",
  published: "live",
  retired: "quiet",
  dropped: "quiet",
} as const;
const LEVELS = [1, 2, 3, 4, 5];

/** One version: what it learned, what it would change, and who let it rate. */
export function ModelCard({ model }: { readonly model: FittedModel }) {
  const { t } = useText();
  const { date } = useDates();
  const { report } = model;
  return (
    <details className="model" data-testid="model" open={model.state === "proposed"}>
      <summary>
        <strong>{t("calibration.version", { version: model.version })}</strong>{" "}
        <span className="state" data-tone={TONES[model.state]}>
          {t(`modelState.${model.state}`)}
        </span>{" "}
        <span className="muted small">
          {t("calibration.by", { name: model.created_by, date: date(model.created_at) })}
        </span>
      </summary>
      <dl className="facts">
        <Fact name={t("calibration.before")}>
          {figure(report.before.estimate)}{" "}
          <span className="muted small">{bounds(report.before)}</span>
        </Fact>
        <Fact name={t("calibration.after")}>
          <strong>{figure(report.after.estimate)}</strong>{" "}
          <span className="muted small">{bounds(report.after)}</span>
        </Fact>
        <Fact name={t("calibration.learned")}>
          {t("calibration.learnedFrom", { interviews: report.interviews, raters: report.raters })}
        </Fact>
        <Fact name={t("calibration.attacks")}>
          {report.attacks.failures === 0
            ? t("calibration.stood", { cases: report.attacks.cases })
            : t("calibration.failed", {
                failures: report.attacks.failures,
                cases: report.attacks.cases,
                families: report.attacks.families.join(", "),
              })}
        </Fact>
        {model.published_by && (
          <Fact name={t("calibration.published")}>
            {t("calibration.by", { name: model.published_by, date: date(model.published_at) })}
            {model.reason && `: ${model.reason}`}
          </Fact>
        )}
      </dl>
      <Moves golden={report.golden} />
      <Steps model={model} />
    </details>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Moves({ golden }: { readonly golden: FittedModel["report"]["golden"] }) {
  const { t } = useText();
  return (
    <table className="moves" data-testid="moves">
      <caption>
        {t("calibration.golden", {
          changed: golden.changed,
          n: golden.n,
          shift: figure(golden.mean_shift),
        })}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t("calibration.fromTo")}</th>
          {LEVELS.map((level) => (
            <th key={level} scope="col">
              {level}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {LEVELS.map((from) => (
          <tr key={from}>
            <th scope="row">{from}</th>
            {LEVELS.map((to) => {
              const count = golden.moves[from - 1]?.[to - 1] ?? 0;
              return (
                <td
                  data-kept={from === to || undefined}
                  data-none={count === 0 || undefined}
                  key={to}
                >
                  {count}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Steps({ model }: { readonly model: FittedModel }) {
  const text = useText();
  const { t } = text;
  const step = useStep(model.id);
  const [reason, setReason] = useState("");
  const mayChange = useMay()("trials.write");
  if (!mayChange || (model.state !== "draft" && model.state !== "proposed")) return null;
  const go = (name: Step) => step.mutate({ step: name, reason });
  return (
    <div className="stack model-steps">
      {model.state === "proposed" && !model.may_publish && (
        <p className="muted small">{t("calibration.secondPerson")}</p>
      )}
      <TextInput
        data-testid="model-reason"
        label={t("calibration.reason")}
        onChange={(event) => setReason(event.currentTarget.value)}
        value={reason}
      />
      {step.error && (
        <Message isUrgent tone="danger">
          {errorText(text, step.error)}
        </Message>
      )}
      <div className="page-actions">
        {model.state === "draft" ? (
          <Button
            data-testid="model-propose"
            loading={step.isPending}
            onClick={() => go("propose")}
          >
            {t("calibration.propose")}
          </Button>
        ) : (
          <Button
            data-testid="model-publish"
            disabled={!model.may_publish || reason.trim() === ""}
            loading={step.isPending}
            onClick={() => go("publish")}
          >
            {t("calibration.publish")}
          </Button>
        )}
        <Button disabled={reason.trim() === ""} onClick={() => go("drop")} variant="default">
          {t("calibration.drop")}
        </Button>
      </div>
    </div>
  );
}
