import { useCallback, useEffect, useRef, useState } from "react";
import type { Part } from "../../core/check/diagnostics";
import { SoundJudge, type SoundVerdict } from "../../core/check/sound";

const STATES: Readonly<Record<SoundVerdict["state"], Part["state"]>> = {
  listening: "running",
  heard: "ok",
  problem: "warn",
};

/** The verdict on a microphone; `hear` is for the level meter. */
export function useSound(stream: MediaStream | null) {
  const [part, setPart] = useState<Part>({ state: "unknown", cause: null });
  const judge = useRef<SoundJudge | null>(null);

  useEffect(() => {
    judge.current = stream ? new SoundJudge(performance.now() / 1000) : null;
    setPart({ state: stream ? "running" : "unknown", cause: null });
  }, [stream]);

  const hear = useCallback((level: number, isMuted: boolean) => {
    const verdict = judge.current?.hear(level, isMuted, performance.now() / 1000);
    if (!verdict) return;
    const state = STATES[verdict.state];
    setPart((old) =>
      old.state === state && old.cause === verdict.cause ? old : { state, cause: verdict.cause },
    );
  }, []);

  const peak = useCallback(() => judge.current?.peak ?? 0, []);
  return { part, hear, peak };
}
