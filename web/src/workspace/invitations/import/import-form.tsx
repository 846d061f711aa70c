import { Button, Checkbox, FileInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Plan } from "../../../api/types";
import { isLocale, LOCALES, useText } from "../../../i18n";
import type { Upload } from "./use-import";

interface Props {
  readonly plans: readonly Plan[];
  readonly isBusy: boolean;
  readonly onCheck: (upload: Upload) => void;
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
const DAYS_AHEAD = 14;

function endOfDay(): string {
  const day = new Date();
  day.setDate(day.getDate() + DAYS_AHEAD);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T18:00`;
}

function ownZone(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return ZONES.includes(own) ? own : "UTC";
}

/** What holds for rows that do not say it themselves. */
export function ImportForm({ plans, isBusy, onCheck }: Props) {
  const { t } = useText();
  const form = useForm({
    initialValues: {
      plan: plans[0]?.id ?? "",
      file: null as File | null,
      deadline: endOfDay(),
      zone: ownZone(),
      locale: "",
      send: true,
    },
    validate: { file: (value) => (value === null ? t("bulk.needFile") : null) },
  });
  const submit = form.onSubmit(({ plan, file, deadline, zone, locale, send }) => {
    if (!file) return;
    const query = {
      plan_id: plan,
      deadline,
      time_zone: zone,
      send,
      ...(isLocale(locale) ? { locale } : {}),
    };
    onCheck({ file, query });
  });
  const languages = LOCALES.map((value) => ({ value, label: t(`language.${value}`) }));
  return (
    <form className="card stack" noValidate onSubmit={submit}>
      <div className="pair">
        <Select
          allowDeselect={false}
          data={plans.map(({ id, title }) => ({ value: id, label: title }))}
          data-testid="import-plan"
          label={t("invitations.plan")}
          {...form.getInputProps("plan")}
        />
        <FileInput
          accept=".csv,.tsv,.txt,.xlsx"
          clearable
          clearButtonProps={{ "aria-label": t("bulk.clear") }}
          data-testid="import-file"
          description={t("bulk.fileHint")}
          label={t("bulk.file")}
          placeholder={t("bulk.choose")}
          {...form.getInputProps("file")}
        />
      </div>
      <div className="pair">
        <TextInput
          data-testid="import-deadline"
          description={t("bulk.deadlineHint")}
          label={t("bulk.deadline")}
          type="datetime-local"
          {...form.getInputProps("deadline")}
        />
        <Select
          allowDeselect={false}
          data={ZONES}
          data-testid="import-zone"
          description={t("bulk.zoneHint")}
          label={t("bulk.zone")}
          limit={50}
          searchable
          {...form.getInputProps("zone")}
        />
      </div>
      <div className="pair">
        <Select
          allowDeselect={false}
          data={[{ value: "", label: t("bulk.asPlan") }, ...languages]}
          label={t("invitations.locale")}
          {...form.getInputProps("locale")}
        />
        <Checkbox
          data-testid="import-send"
          description={t("bulk.sendHint")}
          label={t("bulk.send")}
          mt="lg"
          {...form.getInputProps("send", { type: "checkbox" })}
        />
      </div>
      <div className="page-actions">
        <Button data-testid="import-check" loading={isBusy} type="submit">
          {t("bulk.check")}
        </Button>
      </div>
    </form>
  );
}
