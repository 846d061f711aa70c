import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { Link, useLocation, useNavigate } from "react-router";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { PageHead } from "../parts/page-head";
import { useCreatePlan } from "../queries";
import { CompetencyFields } from "./competency-fields";
import { emptyCompetency, emptyQuestion, JURISDICTIONS, type PlanForm, toDraft } from "./draft";
import { handedOver } from "./outline/sketch";
import { QuestionFields } from "./question-fields";
import { Refusals } from "./refusals";
import { SAMPLES } from "./sample";

const BLANK: PlanForm = {
  title: "",
  language: "zh",
  jurisdiction: "CN",
  reviewHours: 72,
  competencies: [emptyCompetency("c1")],
  questions: [emptyQuestion("q1")],
};

function usePlanForm(given: PlanForm | null) {
  const { t } = useText();
  const filled = (value: string) => (value.trim() === "" ? t("planForm.required") : null);
  return useForm<PlanForm>({
    initialValues: given ?? BLANK,
    validate: {
      title: filled,
      competencies: {
        name: (value, values, path) => {
          const key = values.competencies[Number(path.split(".")[1])]?.key ?? "";
          const isAsked = values.questions.some((question) => question.competencies.includes(key));
          return filled(value) ?? (isAsked ? null : t("planForm.idle"));
        },
        description: filled,
        anchor1: filled,
        anchor3: filled,
        anchor5: filled,
      },
      questions: {
        text: filled,
        think: (value) => (value >= 0 && value <= 600 ? null : t("planForm.thinkRange")),
        seconds: (value) => (value >= 10 && value <= 1800 ? null : t("planForm.range")),
        retakes: (value) => (value >= 0 && value <= 5 ? null : t("planForm.retakesRange")),
        competencies: (value) => (value.length === 0 ? t("planForm.pickOne") : null),
      },
    },
  });
}

export type PlanFormApi = ReturnType<typeof usePlanForm>;

export default function NewPlanPage() {
  const { t } = useText();
  const form = usePlanForm(handedOver(useLocation().state));
  const create = useCreatePlan();
  const navigate = useNavigate();
  const save = (values: PlanForm) =>
    create.mutate(toDraft(values), {
      onSuccess: () => {
        notifications.show({ message: t("planForm.saved"), withCloseButton: false });
        void navigate("/plans");
      },
    });

  return (
    <>
      <Link className="back" to="/plans">
        <Icon name="arrowLeft" />
        {t("plans.title")}
      </Link>
      <PageHead title={t("planForm.title")}>
        <Samples form={form} />
      </PageHead>
      <form className="stack form" onSubmit={form.onSubmit(save)}>
        <Basics form={form} />
        <CompetencyFields form={form} />
        <QuestionFields form={form} />
        <Refusals
          error={create.error}
          questions={form.values.questions.map((question) => question.text)}
        />
        <div>
          <Button data-testid="plan-save" loading={create.isPending} size="md" type="submit">
            {t("planForm.save")}
          </Button>
        </div>
      </form>
    </>
  );
}

function Samples({ form }: { readonly form: PlanFormApi }) {
  const { t } = useText();
  const fill = (language: "zh" | "en") => {
    form.setValues(structuredClone(SAMPLES[language]));
    form.clearErrors();
  };
  return (
    <>
      <Button component={Link} data-testid="outline-open" to="/plans/draft">
        {t("outline.open")}
      </Button>
      <Button data-testid="sample-zh" onClick={() => fill("zh")} variant="default">
        {t("planForm.sampleZh")}
      </Button>
      <Button data-testid="sample-en" onClick={() => fill("en")} variant="default">
        {t("planForm.sampleEn")}
      </Button>
    </>
  );
}

function Basics({ form }: { readonly form: PlanFormApi }) {
  const { t } = useText();
  return (
    <div className="card stack">
      <TextInput
        data-testid="plan-title"
        label={t("planForm.name")}
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
          description={t("planForm.jurisdictionHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          label={t("planForm.jurisdiction")}
          {...form.getInputProps("jurisdiction")}
        />
        <NumberInput
          allowDecimal={false}
          description={t("reviewHours.hint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          label={t("reviewHours.label")}
          max={8760}
          min={1}
          {...form.getInputProps("reviewHours")}
        />
      </div>
    </div>
  );
}
