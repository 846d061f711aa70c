import { useEffect, useState } from "react";
import { Hush } from "../core/hush";
import { level } from "../core/meter";

const EVERY_MS = 300;
/** 340 ms at 48 kHz: hardly a syllable falls between two looks. */
const SAMPLES = 16_384;

/** True while the microphone gives nothing but silence: the server only sees that packets come. */
export function useHush(stream: MediaStream | null): boolean {
  const [isSilent, setSilent] = useState(false);
  useEffect(() => {
    if (!stream || stream.getAudioTracks().length === 0) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = SAMPLES;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const hush = new Hush(performance.now() / 1000);
    const timer = setInterval(() => {
      if (context.state !== "running") return; // measures nothing, so it must claim nothing
      analyser.getFloatTimeDomainData(samples);
      setSilent(hush.hear(level(samples), performance.now() / 1000));
    }, EVERY_MS);
    void context.resume();
    return () => {
      clearInterval(timer);
      void context.close();
      setSilent(false);
    };
  }, [stream]);
  return isSilent;
}
