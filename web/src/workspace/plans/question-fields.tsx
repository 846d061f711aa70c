import { Button, Checkbox, NumberInput, Textarea } from "@mantine/core";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { emptyQuestion, freshKey } from "./draft";
import type { PlanFormApi } from "./new-plan-page";

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
          <div className="pair">
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
            <NumberInput
              allowDecimal={false}
              label={t("planForm.seconds")}
              max={1800}
              min={10}
              step={30}
              {...form.getInputProps(`questions.${index}.seconds`)}
            />
          </div>
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
