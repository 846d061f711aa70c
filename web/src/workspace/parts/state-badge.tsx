import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { stateTone } from "../states";

export function StateBadge({ state }: { readonly state: string }) {
  const text = useText();
  return (
    <span className="state" data-tone={stateTone(state)}>
      {wordText(text, "state", state)}
    </span>
  );
}
