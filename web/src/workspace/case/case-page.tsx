import { Tabs } from "@mantine/core";
import { Link, useParams } from "react-router";
import type { Case } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { Loaded } from "../parts/load-state";
import { useCase } from "../queries";
import { CaseAudit } from "./case-audit";
import { CaseHead } from "./case-head";
import { FacesPanel } from "./faces-panel";
import { Player } from "./player";
import { RatingsPanel } from "./ratings-panel";
import { StatsPanel } from "./stats-panel";
import { Transcript } from "./transcript";
import { usePlayer } from "./use-player";

export default function CasePage() {
  const { id = "" } = useParams();
  const { t } = useText();
  const query = useCase(id);
  return (
    <>
      <Link className="back" to="/queue">
        <Icon name="arrowLeft" />
        {t("case.back")}
      </Link>
      <Loaded query={query}>{(data) => <CaseView data={data} key={id} />}</Loaded>
    </>
  );
}

function CaseView({ data }: { readonly data: Case }) {
  const text = useText();
  const { t } = text;
  const player = usePlayer(data.recordings);
  const { seek } = player;
  return (
    <>
      <CaseHead data={data} />
      <div className="notes">
        {data.notes.map((note) => (
          <Message key={note} tone="warn">
            {wordText(text, "note", note)}
          </Message>
        ))}
      </div>
      <div className="case-grid">
        <div className="case-player">
          <Player data={data} player={player} />
        </div>
        <Transcript data={data} onSeek={seek} time={player.time} />
      </div>
      <Tabs className="case-tabs" defaultValue="ratings" keepMounted={false}>
        <Tabs.List>
          {(["ratings", "faces", "stats", "audit"] as const).map((tab) => (
            <Tabs.Tab data-testid={`tab-${tab}`} key={tab} value={tab}>
              {t(`case.${tab}Tab`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="ratings">
          <RatingsPanel data={data} onSeek={seek} />
        </Tabs.Panel>
        <Tabs.Panel value="faces">
          <FacesPanel data={data} onSeek={seek} time={player.time} />
        </Tabs.Panel>
        <Tabs.Panel value="stats">
          <StatsPanel data={data} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <CaseAudit id={data.session.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
