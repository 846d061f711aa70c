import type { PlanDraft } from "../../api/types";

/** The form's own shape: anchors as named fields, so that each can carry its own error. */
export interface CompetencyForm {
  key: string;
  name: string;
  description: string;
  anchor1: string;
  anchor3: string;
  anchor5: string;
}

export interface QuestionForm {
  id: string;
  text: string;
  think: number;
  seconds: number;
  retakes: number;
  competencies: string[];
}

export interface PlanForm {
  title: string;
  language: "zh" | "en";
  jurisdiction: string;
  reviewHours: number;
  competencies: CompetencyForm[];
  questions: QuestionForm[];
}

export const JURISDICTIONS = ["CN", "EU", "US-IL", "STRICT"] as const;

export function emptyCompetency(key: string): CompetencyForm {
  return { key, name: "", description: "", anchor1: "", anchor3: "", anchor5: "" };
}

export function emptyQuestion(id: string): QuestionForm {
  return { id, text: "", think: 0, seconds: 120, retakes: 0, competencies: [] };
}

/** A key that no entry has yet: c1, c2 ... */
export function freshKey(prefix: string, taken: readonly string[]): string {
  let n = taken.length + 1;
  while (taken.includes(`${prefix}${n}`)) n += 1;
  return `${prefix}${n}`;
}

export function toDraft(form: PlanForm): PlanDraft {
  return {
    title: form.title.trim(),
    language: form.language,
    jurisdiction: form.jurisdiction as PlanDraft["jurisdiction"],
    review_hours: form.reviewHours,
    competencies: form.competencies.map(({ key, name, description, ...anchors }) => ({
      key,
      name: name.trim(),
      description: description.trim(),
      anchors: { "1": anchors.anchor1, "3": anchors.anchor3, "5": anchors.anchor5 },
    })),
    questions: form.questions.map(({ text, think, seconds, retakes, competencies }) => ({
      text: text.trim(),
      think_seconds: think,
      seconds,
      retakes,
      competencies,
    })),
  };
}
