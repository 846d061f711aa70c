import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { OutlineBody } from "../../../api/types";
import { useText } from "../../../i18n";
import { errorText } from "../../../i18n/text";
import { Message } from "../../../ui/message";
import { JURISDICTIONS } from "../draft";

const LONGEST = 40_000;

interface Props {
  readonly given: OutlineBody | null;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onDraft: (body: OutlineBody) => void;
}

export function OutlineForm({ given, isBusy, error, onDraft }: Props) {
  const text = useText();
  const { t } = text;
  const filled = (value: string) => (value.trim() === "" ? t("planForm.required") : null);
  const form = useForm<OutlineBody>({
    initialValues: given ?? {
      title: "",
      description: "",
      resume: "",
      language: text.language === "zh-CN" ? "zh" : "en",
      jurisdiction: "CN",
    },
    validate: { title: filled, description: filled },
  });
  return (
    <form className="stack form" onSubmit={form.onSubmit(onDraft)}>
      <div className="card stack">
        <TextInput
          data-testid="outline-title"
          label={t("planForm.name")}
          maxLength={200}
          {...form.getInputProps("title")}
        />
        <div className="pair">
          <Select
            allowDeselect={false}
            data={(["zh", "en"] as const).map((value) => ({ value, label: t(`lang.${value}`) }))}
            label={t("planForm.language")}
            {...form.getInputProps("language")}
          />
          <Select
            allowDeselect={false}
            data={JURISDICTIONS.map((value) => ({ value, label: t(`jurisdiction.${value}`) }))}
            label={t("planForm.jurisdiction")}
            {...form.getInputProps("jurisdiction")}
          />
        </div>
        <Textarea
          autosize
          data-testid="outline-advert"
          description={t("outline.advertHint")}
          label={t("outline.advert")}
          maxLength={LONGEST}
          maxRows={18}
          minRows={8}
          {...form.getInputProps("description")}
        />
        <Textarea
          autosize
          data-testid="outline-cv"
          description={t("outline.cvHint")}
          label={t("outline.cv")}
          maxLength={LONGEST}
          maxRows={12}
          minRows={3}
          {...form.getInputProps("resume")}
        />
      </div>
      {error !== null && (
        <Message isUrgent tone="danger">
          {errorText(text, error)}
        </Message>
      )}
      <div>
        <Button data-testid="outline-draft" loading={isBusy} size="md" type="submit">
          {t("outline.draft")}
        </Button>
      </div>
    </form>
  );
}
