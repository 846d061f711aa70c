import { Button, Checkbox, NumberInput, SimpleGrid, Textarea } from "@mantine/core";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { emptyQuestion, freshKey } from "./draft";
import type { PlanFormApi } from "./new-plan-page";

interface TimesProps {
  readonly form: PlanFormApi;
  readonly index: number;
}

/** Time to think, time to answer by the server's clock, and how often one may begin again. */
function Times({ form, index }: TimesProps) {
  const { t } = useText();
  const fields = [
    { name: "think", min: 0, max: 600, step: 15 },
    { name: "seconds", min: 10, max: 1800, step: 30 },
    { name: "retakes", min: 0, max: 5, step: 1 },
  ] as const;
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      {fields.map(({ name, ...bounds }) => (
        <NumberInput
          allowDecimal={false}
          data-testid={`question-${index}-${name}`}
          description={t(`planForm.hint.${name}`)}
          inputWrapperOrder={["label", "input", "description", "error"]}
          key={name}
          label={t(`planForm.${name}`)}
          {...bounds}
          {...form.getInputProps(`questions.${index}.${name}`)}
        />
      ))}
    </SimpleGrid>
  );
}

export function QuestionFields({ form }: { readonly form: PlanFormApi }) {
  const { t } = useText();
  const { questions, competencies } = form.values;
  const add = () => {
    const id = freshKey(
      "q",
      questions.map((question) => question.id),
    );
    form.insertListItem("questions", emptyQuestion(id));
  };

  return (
    <>
      <h2 className="section">{t("plans.questions")}</h2>
      {questions.map(({ id }, index) => (
        <fieldset className="card stack" key={id}>
          <legend className="visually-hidden">
            {t("planForm.question", { index: index + 1 })}
          </legend>
          <div className="card-line">
            <h3>{t("planForm.question", { index: index + 1 })}</h3>
            {questions.length > 1 && (
              <Button
                onClick={() => form.removeListItem("questions", index)}
                size="xs"
                variant="default"
              >
                {t("planForm.remove")}
              </Button>
            )}
          </div>
          <Textarea
            autosize
            label={t("planForm.questionText")}
            minRows={2}
            {...form.getInputProps(`questions.${index}.text`)}
          />
          <div>
            <Checkbox.Group
              label={t("planForm.judges")}
              {...form.getInputProps(`questions.${index}.competencies`)}
            >
              <div className="ticks">
                {competencies.map(({ key, name }, at) => (
                  <Checkbox
                    key={key}
                    label={name || t("planForm.competency", { index: at + 1 })}
                    value={key}
                  />
                ))}
              </div>
            </Checkbox.Group>
          </div>
          <Times form={form} index={index} />
        </fieldset>
      ))}
      <div>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={add} variant="default">
          {t("planForm.addQuestion")}
        </Button>
      </div>
    </>
  );
}
