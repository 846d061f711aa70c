/** Whether a camera shows anything, from small grey pictures of it (values 0..255). */
import type { PictureCause } from "./causes";

/** A covered lens gives noise around 2 to 12; a dim room is well above. */
const BLACK = 16;
/** Differences within a black picture: a night scene with a lamp has more. */
const EVEN = 8;
const BLACK_LOOKS = 4;
/** Every live sensor has noise; a picture that is the same to the last bit has stopped. */
const FROZEN_LOOKS = 8;

export interface Grey {
  readonly mean: number;
  readonly spread: number;
  /** Changes when a single value does. */
  readonly print: number;
}

/** RGBA pixels in, as a canvas gives them. */
export function greyOf(pixels: ArrayLike<number>): Grey {
  const count = Math.floor(pixels.length / 4);
  let sum = 0;
  let squares = 0;
  let print = 0;
  for (let i = 0; i < count; i += 1) {
    const at = i * 4;
    const red = pixels[at] ?? 0;
    const green = pixels[at + 1] ?? 0;
    const blue = pixels[at + 2] ?? 0;
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    sum += grey;
    squares += grey * grey;
    print = (Math.imul(print, 31) + (red << 16) + (green << 8) + blue) | 0;
  }
  const mean = count === 0 ? 0 : sum / count;
  const spread = count === 0 ? 0 : Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { mean, spread, print };
}

/** Give it a look about twice a second. */
export class PictureJudge {
  private black = 0;
  private same = 0;
  private last: number | null = null;

  /** `isMuted`: the track says that its device gives nothing. */
  look(grey: Grey, isMuted: boolean): PictureCause | null {
    if (isMuted) return "muted_camera";
    this.black = grey.mean < BLACK && grey.spread < EVEN ? this.black + 1 : 0;
    this.same = this.last === grey.print ? this.same + 1 : 0;
    this.last = grey.print;
    // Black first: a covered camera may well be still.
    if (this.black >= BLACK_LOOKS) return "black_camera";
    return this.same >= FROZEN_LOOKS ? "frozen_camera" : null;
  }
}
