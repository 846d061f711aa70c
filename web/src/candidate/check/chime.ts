/** Two soft notes, a fifth apart: nothing to load, and hard to mistake for anything else. */
const NOTES = [523.25, 783.99] as const;
const LENGTH = 0.45;
const LOUDNESS = 0.2;

export async function chime(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  NOTES.forEach((frequency, index) => {
    const at = context.currentTime + 0.05 + index * LENGTH;
    const note = context.createOscillator();
    const gain = context.createGain();
    note.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, at + LENGTH);
    note.connect(gain).connect(context.destination);
    note.start(at);
    note.stop(at + LENGTH);
  });
  setTimeout(() => void context.close(), (NOTES.length * LENGTH + 0.5) * 1000);
}
