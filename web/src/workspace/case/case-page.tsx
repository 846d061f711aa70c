import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Case } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { FreezePanel } from "../live/freeze-panel";
import { Loaded } from "../parts/load-state";
import { useCase, useMay } from "../queries";
import { CaseDialogs } from "./case-dialogs";
import { CaseHead } from "./case-head";
import { CaseTabs, type Tab } from "./case-tabs";
import { HandOut } from "./hand-out";
import { Player } from "./player";
import { SummaryBar } from "./summary-bar";
import { Transcript } from "./transcript";
import { useActions } from "./use-actions";
import { usePlayer } from "./use-player";
import { useReview } from "./use-review";
import { useReviewKeys } from "./use-review-keys";
import { useDecisions } from "./use-work";

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
  const may = useMay();
  const player = usePlayer(data.recordings);
  const review = useReview(data);
  const decisions = useDecisions(data.session.id).data ?? [];
  const decision = decisions.find((one) => one.is_current) ?? null;
  const [tab, setTab] = useState<Tab>("ratings");
  const [edited, setEdited] = useState<string | null>(null);
  const [letter, setLetter] = useState<string | null>(null);
  const mayDecide = may("decisions.write");
  useReviewKeys(useActions({ data, player, review, setTab, setEdited }));

  return (
    <>
      <div className="case-top">
        <CaseHead data={data} />
        <div className="case-tools">
          <Button
            component={Link}
            data-testid="compare"
            size="xs"
            to={`/compare?plan=${data.plan.id}&case=${data.session.id}`}
            variant="default"
          >
            {t("compare.open")}
          </Button>
          <HandOut caseId={data.session.id} />
          <Button
            className="keys-open"
            data-testid="keys"
            leftSection={<Icon name="keyboard" size={18} />}
            onClick={() => review.setOpen("help")}
            size="xs"
            variant="default"
          >
            {t("keys.open")}
          </Button>
        </div>
      </div>
      <FreezePanel isQuiet sessionId={data.session.id} />
      <div className="notes">
        {data.notes.map((note) => (
          <Message key={note} tone="warn">
            {wordText(text, "note", note)}{" "}
            {note === "blind" && may("cases.rate") && (
              <Link to="/sheets">{t("sheets.goRate")}</Link>
            )}
          </Message>
        ))}
      </div>
      <div className="case-grid">
        <div className="case-media">
          <div className="case-player">
            <Player data={data} player={player} />
          </div>
          <Transcript
            data={data}
            edited={edited}
            mayCorrect={may("cases.rate")}
            onEdit={setEdited}
            onSeek={player.seek}
            time={player.time}
          />
        </div>
        <div className="case-work">
          <SummaryBar
            data={data}
            decision={decision}
            mayDecide={mayDecide}
            onDecide={() => review.setOpen("decide")}
          />
          <CaseTabs
            data={data}
            decisions={decisions}
            mayDecide={mayDecide}
            onLetter={setLetter}
            player={player}
            review={review}
            setTab={setTab}
            tab={tab}
          />
        </div>
      </div>
      <CaseDialogs
        data={data}
        decision={decision}
        letter={letter}
        onLetter={setLetter}
        review={review}
      />
    </>
  );
}
