import { useEffect, useState } from "react";
import type { PictureCause } from "../../core/check/causes";
import type { Part } from "../../core/check/diagnostics";
import { greyOf, PictureJudge } from "../../core/check/picture";

const EVERY_MS = 500;
const WIDTH = 48;
const HEIGHT = 36;
const RUNNING: Part = { state: "running", cause: null };

/** Looks at the camera's pictures twice a second, in a video of its own. */
export function usePicture(stream: MediaStream | null): Part {
  const [part, setPart] = useState<Part>({ state: "unknown", cause: null });
  useEffect(() => {
    const track = stream?.getVideoTracks()[0];
    if (!stream || !track) {
      setPart({ state: "unknown", cause: null });
      return;
    }
    setPart(RUNNING);
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => undefined);
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const judge = new PictureJudge();
    let seen = 0;
    const timer = setInterval(() => {
      if (!context || (video.readyState < video.HAVE_CURRENT_DATA && !track.muted)) return;
      context.drawImage(video, 0, 0, WIDTH, HEIGHT);
      const cause = judge.look(greyOf(context.getImageData(0, 0, WIDTH, HEIGHT).data), track.muted);
      seen += 1;
      setPart((old) => next(old, cause, seen));
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      video.srcObject = null;
    };
  }, [stream]);
  return part;
}

function next(old: Part, cause: PictureCause | null, seen: number): Part {
  if (cause) return old.cause === cause ? old : { state: "warn", cause };
  // A first picture may be black while the camera opens its eye.
  if (seen < 3) return old;
  return old.state === "ok" ? old : { state: "ok", cause: null };
}
