import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Case } from "../../api/types";
import { locate, type Segment } from "../../core/timeline";

export const SPEEDS: readonly number[] = [0.75, 1, 1.25, 1.5, 2];

export interface Player {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly segments: readonly Segment[];
  readonly segment: Segment | undefined;
  readonly index: number;
  /** Media seconds of the session, across all recordings. */
  readonly time: number;
  readonly isPlaying: boolean;
  readonly seek: (time: number) => void;
  readonly toggle: () => void;
  readonly speed: number;
  readonly setSpeed: (speed: number) => void;
  readonly handlers: {
    readonly onLoadedMetadata: () => void;
    readonly onTimeUpdate: () => void;
    readonly onEnded: () => void;
    readonly onPlay: () => void;
    readonly onPause: () => void;
  };
}

/** One player over several recordings: a reconnection leaves a gap, and a seek may cross it. */
export function usePlayer(recordings: Case["recordings"]): Player {
  const video = useRef<HTMLVideoElement>(null);
  const segments = useMemo(() => [...recordings].sort((a, b) => a.offset - b.offset), [recordings]);
  const [index, setIndex] = useState(0);
  const [time, setTime] = useState(segments[0]?.offset ?? 0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  // Where to go on, and whether to play, once the next recording's first data are there.
  const pending = useRef<{ local: number; play: boolean } | null>(null);
  const segment = segments[index];

  const go = useCallback(
    (to: number, local: number, play: boolean) => {
      const element = video.current;
      const target = segments[to];
      if (!element || !target) return;
      setTime(target.offset + local);
      if (to !== index) {
        pending.current = { local, play };
        setIndex(to);
        return;
      }
      if (element.readyState === 0) pending.current = { local, play };
      else element.currentTime = local;
      if (play) void element.play().catch(() => setPlaying(false));
    },
    [index, segments],
  );

  const seek = useCallback(
    (to: number) => {
      const spot = locate(segments, to);
      if (spot) go(spot.index, spot.local, isPlaying);
    },
    [go, isPlaying, segments],
  );

  const onLoadedMetadata = useCallback(() => {
    const element = video.current;
    const next = pending.current;
    pending.current = null;
    if (element) element.playbackRate = speed; // a new recording begins at its own
    if (!element || !next) return;
    element.currentTime = next.local;
    if (next.play) void element.play().catch(() => setPlaying(false));
  }, [speed]);

  useEffect(() => {
    if (video.current) video.current.playbackRate = speed;
  }, [speed]);

  const toggle = useCallback(() => {
    const element = video.current;
    if (!element) return;
    if (element.paused) void element.play().catch(() => setPlaying(false));
    else element.pause();
  }, []);

  const onTimeUpdate = useCallback(() => {
    const element = video.current;
    if (element && segment && !pending.current) setTime(segment.offset + element.currentTime);
  }, [segment]);

  const onEnded = useCallback(() => {
    if (index + 1 < segments.length) go(index + 1, 0, true);
    else setPlaying(false);
  }, [go, index, segments.length]);

  return {
    video,
    segments,
    segment,
    index,
    time,
    isPlaying,
    seek,
    toggle,
    speed,
    setSpeed,
    handlers: {
      onLoadedMetadata,
      onTimeUpdate,
      onEnded,
      onPlay: useCallback(() => setPlaying(true), []),
      // Changing the source pauses too, but the person did not.
      onPause: useCallback(() => {
        if (!pending.current && !video.current?.ended) setPlaying(false);
      }, []),
    },
  };
}
