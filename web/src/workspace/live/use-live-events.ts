import { useEffect, useReducer, useState } from "react";
import { addCaption, type Caption } from "../../core/captions";
import { type EventOf, parseEvent, type ServerEvent } from "../../core/events";

export interface LiveView {
  readonly captions: readonly Caption[];
  readonly question: EventOf<"question"> | null;
  readonly warning: EventOf<"warning">["code"] | null;
  readonly savedUntil: number;
  readonly isOver: boolean;
}

const EMPTY: LiveView = {
  captions: [],
  question: null,
  warning: null,
  savedUntil: 0,
  isOver: false,
};

const TYPES = ["caption", "question", "warning", "state", "saved"] as const;

function reduce(view: LiveView, event: ServerEvent): LiveView {
  switch (event.type) {
    case "caption":
      return { ...view, captions: addCaption(view.captions, event) };
    case "question":
      return { ...view, question: event };
    case "warning":
      return { ...view, warning: event.code };
    case "saved":
      return { ...view, savedUntil: event.recorded_until };
    case "state":
      return { ...view, isOver: ["draining", "closed", "failed"].includes(event.state) };
    default:
      return view;
  }
}

/** The server's event stream of one session; the browser reconnects by itself. */
export function useLiveEvents(sessionId: string): { view: LiveView; isBroken: boolean } {
  const [view, dispatch] = useReducer(reduce, EMPTY);
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    const source = new EventSource(`/api/live/${encodeURIComponent(sessionId)}/events`);
    const take = ({ data }: MessageEvent<unknown>) => {
      const event = parseEvent(data);
      if (event) dispatch(event);
    };
    for (const type of TYPES) source.addEventListener(type, take);
    source.onopen = () => setBroken(false);
    source.onerror = () => setBroken(true);
    return () => source.close();
  }, [sessionId]);

  return { view, isBroken };
}
