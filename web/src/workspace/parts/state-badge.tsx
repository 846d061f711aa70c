import { Badge } from "@mantine/core";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { stateColour } from "../states";

export function StateBadge({ state }: { readonly state: string }) {
  const text = useText();
  return (
    <Badge className="plain-badge" color={stateColour(state)} variant="light">
      {wordText(text, "state", state)}
    </Badge>
  );
}
