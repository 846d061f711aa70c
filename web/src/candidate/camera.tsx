import { useEffect, useRef } from "react";

interface Props {
  readonly stream: MediaStream;
  readonly label: string;
  readonly className: string;
}

/** Mirrored, as people know themselves; what is sent is not. */
export function Camera({ stream, label, className }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return (
    <video
      aria-label={label}
      autoPlay
      className={`camera ${className}`}
      data-testid="camera"
      muted
      playsInline
      ref={video}
    />
  );
}
