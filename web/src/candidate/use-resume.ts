import { useEffect, useRef } from "react";
import type { Interview } from "../api/types";
import type { DeviceChoice } from "../core/devices";
import type { Devices } from "./use-devices";

const KEY = "candor.resume";
const RUNNING = new Set(["connecting", "live"]);

/** The tab notes what it sends with, so that a reload goes straight back to the question. */
export function noteBegun(session: string, choice: DeviceChoice): void {
  sessionStorage.setItem(KEY, JSON.stringify({ session, choice }));
}

function noted(session: string): DeviceChoice | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { session: of, choice } = found as { session?: unknown; choice?: DeviceChoice };
    return of === session && choice ? choice : null;
  } catch {
    return null;
  }
}

/** After a reload in the middle of an interview: the same devices, the same question, no clicks. */
export function useResume(
  view: Interview | null,
  devices: Devices,
  { isDue, begin }: { isDue: boolean; begin: (stream: MediaStream) => void },
): void {
  const isDone = useRef(false);
  const { ask } = devices;
  useEffect(() => {
    if (!isDue || isDone.current || !view || !RUNNING.has(view.state)) return;
    const choice = noted(view.session_id);
    if (!choice) return;
    isDone.current = true;
    // A device that is gone: the page of devices says so, and how to go on.
    void ask(choice).then((stream) => stream && begin(stream));
  }, [isDue, view, ask, begin]);
}
