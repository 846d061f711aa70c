import type { Outline } from "../../../api/types";
import type { PlanForm } from "../draft";

/** The chosen questions of an outline as the plan's form takes them; competencies go with them. */
export function toForm({ plan }: Outline, chosen: readonly boolean[]): PlanForm {
  const questions = plan.questions.filter((_, index) => chosen[index]);
  const asked = new Set(questions.flatMap(({ competencies }) => competencies));
  return {
    title: plan.title,
    language: plan.language,
    jurisdiction: plan.jurisdiction,
    reviewHours: 72,
    competencies: plan.competencies
      .filter(({ key }) => asked.has(key))
      .map(({ key, name, description, anchors }) => ({
        key,
        name,
        description,
        anchor1: anchors["1"] ?? "",
        anchor3: anchors["3"] ?? "",
        anchor5: anchors["5"] ?? "",
      })),
    questions: questions.map(({ text, seconds, competencies }, index) => ({
      id: `q${index + 1}`,
      text,
      think: 0,
      seconds,
      retakes: 0,
      competencies,
    })),
  };
}

/** A form that another page handed over with the navigation, if it did. */
export function handedOver(state: unknown): PlanForm | null {
  if (typeof state !== "object" || state === null || !("form" in state)) return null;
  return state.form as PlanForm;
}
