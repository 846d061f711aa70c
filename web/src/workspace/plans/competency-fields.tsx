import { Button, Textarea, TextInput } from "@mantine/core";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { emptyCompetency, freshKey } from "./draft";
import type { PlanFormApi } from "./new-plan-page";

const ANCHORS = ["anchor1", "anchor3", "anchor5"] as const;

export function CompetencyFields({ form }: { readonly form: PlanFormApi }) {
  const { t } = useText();
  const { competencies } = form.values;
  const add = () => {
    const key = freshKey(
      "c",
      competencies.map((competency) => competency.key),
    );
    form.insertListItem("competencies", emptyCompetency(key));
  };
  const remove = (index: number, key: string) => {
    form.removeListItem("competencies", index);
    // A question must not name a competency that is gone.
    form.values.questions.forEach((question, at) => {
      const rest = question.competencies.filter((name) => name !== key);
      form.setFieldValue(`questions.${at}.competencies`, rest);
    });
  };

  return (
    <>
      <h2 className="section">{t("plans.competencies")}</h2>
      {competencies.map(({ key }, index) => (
        <fieldset className="card stack" key={key}>
          <legend className="visually-hidden">
            {t("planForm.competency", { index: index + 1 })}
          </legend>
          <div className="card-line">
            <h3>{t("planForm.competency", { index: index + 1 })}</h3>
            {competencies.length > 1 && (
              <Button onClick={() => remove(index, key)} size="xs" variant="default">
                {t("planForm.remove")}
              </Button>
            )}
          </div>
          <div className="pair">
            <TextInput
              label={t("planForm.competencyName")}
              {...form.getInputProps(`competencies.${index}.name`)}
            />
            <TextInput
              label={t("planForm.competencyText")}
              {...form.getInputProps(`competencies.${index}.description`)}
            />
          </div>
          <div className="triple">
            {ANCHORS.map((anchor) => (
              <Textarea
                autosize
                key={anchor}
                label={t(`planForm.${anchor}`)}
                minRows={2}
                {...form.getInputProps(`competencies.${index}.${anchor}`)}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={add} variant="default">
          {t("planForm.addCompetency")}
        </Button>
      </div>
    </>
  );
}
