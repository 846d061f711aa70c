import type { ServerEvent } from "../api/events.gen";

export type { ServerEvent };
export type EventOf<T extends ServerEvent["type"]> = Extract<ServerEvent, { type: T }>;

type Check = (value: unknown) => boolean;
const MAX_LENGTH = 64 * 1024;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const flag: Check = (value) => typeof value === "boolean";
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    typeof value === "string" && words.includes(value);

const FIELDS: { readonly [T in ServerEvent["type"]]: Readonly<Record<string, Check>> } = {
  caption: {
    utterance_id: text,
    question_id: orNull(text),
    start: number,
    end: number,
    text,
    is_final: flag,
    status: oneOf("pending", "done", "waiting", "failed"),
    is_fallback: flag,
  },
  question: { question_id: text, index: number, total: number, text, at: number },
  stage: {
    question_id: text,
    stage: oneOf("think", "answer", "rest"),
    take: number,
    takes: number,
    seconds: orNull(number),
    at: number,
  },
  warning: { code: text, at: number },
  state: { state: text, at: number },
  saved: { recorded_until: number },
  rating: { competency_id: text, level: orNull(number) },
  pong: { t: number },
};

/**
 * One message of the data channel or the event stream; null for anything that is not one of ours.
 * Only fields that the page reads are checked, so that a newer server may add some.
 */
export function parseEvent(raw: unknown): ServerEvent | null {
  if (typeof raw !== "string" || raw.length > MAX_LENGTH) return null;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return null;
  }
  return isEvent(value) ? value : null;
}

function isEvent(value: unknown): value is ServerEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const record = value as Record<string, unknown>;
  const type = record.type;
  if (typeof type !== "string" || !Object.hasOwn(FIELDS, type)) return false;
  const checks = FIELDS[type as ServerEvent["type"]];
  return Object.entries(checks).every(([name, check]) => check(record[name]));
}
