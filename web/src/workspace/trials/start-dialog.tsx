import { Button, NumberInput, Radio, Select, Slider, TextInput } from "@mantine/core";
import { type GetInputPropsReturnType, useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import type { TrialDraft } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { usePlans } from "../queries";
import { useGroups, useStartTrial } from "./use-trials";

const BASES = ["job", "group", "random"] as const;
const METRICS = ["qwk", "icc"] as const;

interface Values {
  name: string;
  basis: TrialDraft["basis"];
  plan: string;
  group: string;
  share: number;
  metric: "qwk" | "icc";
  gate: number | string;
  least: number | string;
}

function draft(values: Values): TrialDraft {
  const { name, basis, plan, group, share, metric } = values;
  return {
    name: name.trim(),
    basis,
    plan_id: basis === "job" ? plan : null,
    import_id: basis === "group" ? group : null,
    share: share / 100,
    metric,
    gate: Number(values.gate),
    min_n: Number(values.least),
  };
}

/** Everything is chosen before the first result is known, and stays. */
export function StartDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const start = useStartTrial();
  const navigate = useNavigate();
  const form = useForm<Values>({
    initialValues: {
      name: "",
      basis: "random",
      plan: "",
      group: "",
      share: 100,
      metric: "qwk",
      gate: 0.6,
      least: 30,
    },
    validate: {
      name: (value) => (value.trim() === "" ? t("planForm.required") : null),
      plan: (value, { basis }) => (basis === "job" && !value ? t("planForm.required") : null),
      group: (value, { basis }) => (basis === "group" && !value ? t("planForm.required") : null),
      gate: (value) => (Number(value) > 0 && Number(value) < 1 ? null : t("trials.gateRange")),
      least: (value) => (Number(value) >= 30 ? null : t("trials.leastRange")),
    },
  });
  const send = form.onSubmit((values) =>
    start.mutate(draft(values), { onSuccess: ({ id }) => void navigate(`/trials/${id}`) }),
  );
  return (
    <Dialog isOpen onClose={onClose} title={t("trials.start")}>
      <form className="stack" noValidate onSubmit={send}>
        <TextInput
          data-autofocus
          data-testid="trial-name"
          label={t("trials.name")}
          {...form.getInputProps("name")}
        />
        <Radio.Group label={t("trials.basis")} {...form.getInputProps("basis")}>
          <div className="ticks">
            {BASES.map((basis) => (
              <Radio key={basis} label={t(`trialBasis.${basis}`)} value={basis} />
            ))}
          </div>
        </Radio.Group>
        <Whom
          basis={form.values.basis}
          group={form.getInputProps("group")}
          plan={form.getInputProps("plan")}
        />
        <div>
          <div className="field-label" id="share-label">
            {t("trials.share", { share: form.values.share })}
          </div>
          <Slider
            label={null}
            max={100}
            min={5}
            step={5}
            thumbProps={{ "aria-labelledby": "share-label" }}
            {...form.getInputProps("share")}
          />
        </div>
        <div className="triple">
          <Select
            allowDeselect={false}
            data={METRICS.map((value) => ({ value, label: t(`trialMetric.${value}`) }))}
            label={t("trials.metric")}
            {...form.getInputProps("metric")}
          />
          <NumberInput
            data-testid="trial-gate"
            decimalScale={2}
            label={t("trials.gate")}
            max={0.99}
            min={0.01}
            step={0.05}
            {...form.getInputProps("gate")}
          />
          <NumberInput
            allowDecimal={false}
            label={t("trials.least")}
            min={30}
            step={10}
            {...form.getInputProps("least")}
          />
        </div>
        <p className="aside-note">
          <Icon name="lock" />
          {t("trials.fixed")}
        </p>
        {start.error && (
          <Message tone="danger" isUrgent>
            {errorText(text, start.error)}
          </Message>
        )}
        <Button data-testid="trial-create" loading={start.isPending} type="submit">
          {t("trials.start")}
        </Button>
      </form>
    </Dialog>
  );
}

interface WhomProps {
  readonly basis: Values["basis"];
  readonly plan: GetInputPropsReturnType;
  readonly group: GetInputPropsReturnType;
}

function Whom({ basis, plan, group }: WhomProps) {
  const { t } = useText();
  const plans = usePlans();
  const groups = useGroups();
  if (basis === "job") {
    return (
      <Select
        data={plans.data?.map(({ id, title }) => ({ value: id, label: title })) ?? []}
        label={t("trials.plan")}
        searchable
        {...plan}
      />
    );
  }
  if (basis === "group") {
    return (
      <Select
        data={
          groups.data?.map(({ id, plan_title, created_count, created_at }) => ({
            value: id,
            label: t("trials.groupLabel", {
              plan: plan_title,
              count: created_count,
              date: created_at.slice(0, 10),
            }),
          })) ?? []
        }
        label={t("trials.group")}
        nothingFoundMessage={t("trials.noGroups")}
        {...group}
      />
    );
  }
  return <p className="muted small">{t("trials.randomHint")}</p>;
}
