import { useCallback, useState } from "react";
import type { Sitting } from "../core/sitting";

export interface Writing {
  readonly isOn: boolean;
  readonly begin: () => void;
  /** The way back; none where nothing but writing was agreed to. */
  readonly leave: (() => void) | null;
}

/** Whether the answers are given in writing: wished for, or the way of whoever is not recorded. */
export function useWriting({ phase, view }: Sitting): Writing {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const begin = useCallback(() => setChosen(true), []);
  const leave = useCallback(() => setChosen(false), []);
  const isBefore = phase.name === "devices" || phase.name === "refused";
  // Without a recording only writing moves a session on, so it has begun on some device.
  const hasBegun = phase.name === "refused" && view?.state === "consented";
  const isWished = phase.name === "devices" && (view?.accommodations.text_answers ?? false);
  const isOn = isBefore && (chosen ?? (hasBegun || isWished));
  return { isOn, begin, leave };
}
