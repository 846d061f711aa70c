const ORDER = ["video/vp8", "video/h264"];

interface Codec {
  readonly mimeType: string;
}

/**
 * VP8 first, then H.264, then the helpers (RTX, RED, FEC). Others are dropped: the server takes
 * none of them.
 */
export function preferred<T extends Codec>(codecs: readonly T[]): T[] {
  const name = (codec: T) => codec.mimeType.toLowerCase();
  const wanted = ORDER.flatMap((mime) => codecs.filter((codec) => name(codec) === mime));
  if (wanted.length === 0) return [];
  const helper = /^video\/(rtx|red|ulpfec|flexfec-03)$/;
  return [...wanted, ...codecs.filter((codec) => helper.test(name(codec)))];
}
