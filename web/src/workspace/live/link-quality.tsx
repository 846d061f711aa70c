import { useText } from "../../i18n";
import { decimal } from "../format";

const WEAK = 1; // seconds without a packet: a person hears the gap
const LOST = 3;

/** How media come in, told by how long ago the last packet came. */
export function LinkQuality({ age }: { readonly age: number | null }) {
  const { t } = useText();
  const quality = age === null ? "none" : age < WEAK ? "good" : age < LOST ? "weak" : "lost";
  return (
    <span className="link-quality" data-quality={quality} data-testid="link-quality">
      <span aria-hidden="true" className="link-dot" />
      {t(`linkQuality.${quality}`, { seconds: decimal(age, 0) })}
    </span>
  );
}
