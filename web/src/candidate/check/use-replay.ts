import { useCallback, useEffect, useRef, useState } from "react";

/** Records into the page's memory, for the candidate alone; gone with the component. */
export function useReplay(stream: MediaStream) {
  const [url, setUrl] = useState<string | null>(null);
  const recorder = useRef<MediaRecorder | null>(null);
  const made = useRef<string | null>(null);

  const forget = useCallback(() => {
    if (made.current) URL.revokeObjectURL(made.current);
    made.current = null;
    setUrl(null);
  }, []);

  const begin = useCallback(() => {
    forget();
    if (typeof MediaRecorder !== "function") return;
    const pieces: Blob[] = [];
    try {
      const mine = new MediaRecorder(stream);
      mine.ondataavailable = ({ data }) => pieces.push(data);
      mine.onstop = () => {
        made.current = URL.createObjectURL(new Blob(pieces, { type: mine.mimeType }));
        setUrl(made.current);
      };
      mine.start();
      recorder.current = mine;
    } catch {
      recorder.current = null; // a browser that cannot: the captions remain
    }
  }, [stream, forget]);

  const end = useCallback(() => {
    if (recorder.current?.state === "recording") recorder.current.stop();
    recorder.current = null;
  }, []);

  useEffect(
    () => () => {
      if (recorder.current) recorder.current.onstop = null;
      end();
      if (made.current) URL.revokeObjectURL(made.current);
    },
    [end],
  );
  return { url, begin, end };
}
