const CHARACTER = 9.5; // pixels, generously; a Han character is about two of them

function width(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0) * CHARACTER;
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
}

/**
 * Whoever looks is named over all of it, so that a picture of the screen tells whose screen it was.
 * It deters; a determined reader can take it off their own screen.
 */
export function Watermark({ lines }: { readonly lines: readonly string[] }) {
  const across = Math.ceil(Math.max(...lines.map(width))) + 60;
  const down = Math.ceil(across * 0.33) + 90;
  const texts = lines.map(
    (line, index) => `<text x="20" y="${down / 2 + 22 * index}">${escaped(line)}</text>`,
  );
  const tile = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}">`,
    `<g transform="rotate(-16 ${across / 2} ${down / 2})" font-family="sans-serif"`,
    ` font-size="15" fill="#7b8a86" fill-opacity="0.34">${texts.join("")}</g></svg>`,
  ].join("");
  return (
    <div
      aria-hidden="true"
      className="watermark"
      data-testid="watermark"
      style={{ backgroundImage: `url("data:image/svg+xml,${encodeURIComponent(tile)}")` }}
    />
  );
}
