import { describe, expect, it } from "vitest";
import type { Interview } from "../api/types";
import { EMPTY, endedEarly, reduce, type Sitting } from "./sitting";

const view: Interview = {
  session_id: "s",
  state: "invited",
  job_title: "Engineer",
  language: "en",
  locale: "en",
  jurisdiction: "CN",
  expires_at: "2026-12-01T00:00:00Z",
  total_questions: 2,
  questions: [
    { id: "q1", index: 0, text: "One?", seconds: 60, think_seconds: 0, retakes: 0 },
    { id: "q2", index: 1, text: "Two?", seconds: 60, think_seconds: 0, retakes: 0 },
  ],
  current_question_id: null,
  notice: { version: "1", profile: "CN", purposes: [] },
  consent: null,
  faces: false,
  transcription: { engine: null, is_fallback: false, available: false, quality: "" },
  retention: [],
  max_seconds: 600,
  accommodations: {
    breaks: false,
    captions_always: false,
    extra_time: "1",
    text_answers: false,
  },
};

const loaded = reduce(EMPTY, { type: "view", view });
const live: Sitting = { ...loaded, phase: { name: "live" } };
const warn = (sitting: Sitting, code: "no_audio" | "resumed" | "engine_fallback") =>
  reduce(sitting, { type: "event", event: { type: "warning", session_id: "s", code, at: 1 } });

describe("the sitting", () => {
  it("begins with the first question when the server names none", () => {
    expect([loaded.phase.name, loaded.questionId]).toEqual(["consent", "q1"]);
  });

  it("follows the server's question", () => {
    const event = {
      type: "question",
      session_id: "s",
      question_id: "q2",
      index: 1,
      total: 2,
      text: "Two?",
      at: 9,
    } as const;
    expect(reduce(live, { type: "event", event }).questionId).toBe("q2");
  });

  it("drops the silence warning when words arrive", () => {
    const caption = {
      type: "caption",
      session_id: "s",
      utterance_id: "u",
      question_id: "q1",
      start: 0,
      end: 1,
      text: "yes",
      is_final: true,
      status: "done",
      engine: "e",
      is_fallback: true,
    } as const;
    const spoken = reduce(warn(live, "no_audio"), { type: "event", event: caption });
    expect([spoken.warning, spoken.captions.length, spoken.isFallback]).toEqual([null, 1, true]);
  });

  it("clears a warning when all is well again, and keeps the fallback as a standing note", () => {
    expect(warn(warn(live, "no_audio"), "resumed").warning).toBeNull();
    expect(warn(live, "engine_fallback")).toMatchObject({ warning: null, isFallback: true });
  });

  it("never takes back what is saved", () => {
    const saved = (until: number, from: Sitting) =>
      reduce(from, {
        type: "event",
        event: { type: "saved", session_id: "s", recorded_until: until },
      });
    expect(saved(3, saved(8, live)).savedUntil).toBe(8);
  });

  it("ends when the server ends the session", () => {
    const event = { type: "state", session_id: "s", state: "draining", at: 600 } as const;
    expect(reduce(live, { type: "event", event }).phase.name).toBe("done");
  });

  it("knows an interview that was closed before its last question", () => {
    const closed = (current_question_id: string | null) =>
      reduce(EMPTY, { type: "view", view: { ...view, state: "closed", current_question_id } });
    expect([endedEarly(closed("q1")), endedEarly(closed("q2"))]).toEqual([true, false]);
    expect(endedEarly(closed(null))).toBe(false);
    expect(endedEarly(reduce(live, { type: "asked", questionId: "q2" }))).toBe(false);
    expect(endedEarly(live)).toBe(true);
  });
});
