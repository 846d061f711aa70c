import { Link, useParams } from "react-router";
import type { Case, Sheet } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Player } from "../case/player";
import { usePlayer } from "../case/use-player";
import { Loaded } from "../parts/load-state";
import { useCase } from "../queries";
import { Comparison } from "./comparison";
import { SheetForm } from "./sheet-form";
import { SheetTranscript } from "./sheet-transcript";
import { useSheet } from "./use-trials";

/** An interview and an empty sheet beside it; nothing else that could lead the hand. */
export default function SheetPage() {
  const { id = "" } = useParams();
  const { t } = useText();
  const sheet = useSheet(id);
  return (
    <>
      <Link className="back" to="/sheets">
        <Icon name="arrowLeft" />
        {t("sheets.back")}
      </Link>
      <Loaded query={sheet}>{(found) => <WithCase id={id} key={id} sheet={found} />}</Loaded>
    </>
  );
}

function WithCase({ id, sheet }: { readonly id: string; readonly sheet: Sheet }) {
  const query = useCase(id);
  return <Loaded query={query}>{(data) => <View data={data} sheet={sheet} />}</Loaded>;
}

function View({ data, sheet }: { readonly data: Case; readonly sheet: Sheet }) {
  const { t } = useText();
  const player = usePlayer(data.recordings);
  const isLocked = sheet.locked_at !== null;
  return (
    <>
      <header className="case-head">
        <div className="case-title">
          <h1>{data.candidate.name}</h1>
          <span className="state" data-tone={isLocked ? "live" : "warn"}>
            {t(isLocked ? "sheets.locked" : `sheetPurpose.${sheet.purpose}`)}
          </span>
        </div>
        <p className="muted">{data.plan.title}</p>
      </header>
      <div className="sheet-grid">
        <div className="sheet-media">
          <Player data={data} player={player} />
          <SheetTranscript data={data} onSeek={player.seek} />
        </div>
        {isLocked ? (
          <Comparison planId={data.plan.id} sheet={sheet} />
        ) : (
          <SheetForm planId={data.plan.id} sheet={sheet} />
        )}
      </div>
    </>
  );
}
