import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "react-router";
import type { Invitation, InvitationCreated } from "../../api/types";
import { useText } from "../../i18n";
import { useDates } from "../format";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { StateBadge } from "../parts/state-badge";
import { useInvitations, useMay } from "../queries";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";
import { ResendButton } from "./resend-button";
import { RevokeButton } from "./revoke-button";

export default function InvitationsPage() {
  const { t } = useText();
  const invitations = useInvitations();
  const [isOpen, { open, close }] = useDisclosure();
  const [created, setCreated] = useState<InvitationCreated | null>(null);
  const may = useMay();
  const add = may("invitations.write") && (
    <Button data-testid="invite" onClick={open}>
      {t("invitations.new")}
    </Button>
  );
  const addMany = may("invitations.import") && (
    <Button component={Link} data-testid="invite-many" to="/invitations/import" variant="default">
      {t("bulk.open")}
    </Button>
  );
  return (
    <>
      <PageHead lead={t("invitations.lead")} title={t("invitations.title")}>
        {addMany}
        {add}
      </PageHead>
      <Loaded query={invitations}>
        {(list) =>
          list.length === 0 ? (
            <Empty text={t("invitations.emptyText")} title={t("invitations.emptyTitle")}>
              {add}
            </Empty>
          ) : (
            <InvitationTable list={list} />
          )
        }
      </Loaded>
      <InviteDialog isOpen={isOpen} onClose={close} onCreated={setCreated} />
      <LinkDialog created={created} onClose={() => setCreated(null)} />
    </>
  );
}

/** Only a link that nobody has finished with can be withdrawn. */
const OPEN = new Set(["invited", "consented"]);
/** An expired one may be sent again with a new deadline. */
const AGAIN = new Set([...OPEN, "expired"]);

function InvitationTable({ list }: { readonly list: readonly Invitation[] }) {
  const { t } = useText();
  const { date } = useDates();
  const mayChange = useMay()("invitations.write");
  return (
    <table className="table" data-testid="invitations">
      <thead>
        <tr>
          {["candidate", "plan", "state", "expires"].map((name) => (
            <th key={name} scope="col">
              {t(`invitations.${name}`)}
            </th>
          ))}
          <th>
            <span className="visually-hidden">{t("invitations.revoke")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {list.map((invitation) => (
          <tr data-testid="invitation-row" key={invitation.id}>
            <td className="cell-name strong" data-label={t("invitations.candidate")}>
              {invitation.candidate_name}
            </td>
            <td className="cell-name" data-label={t("invitations.plan")}>
              {invitation.plan_title}
            </td>
            <td data-label={t("invitations.state")}>
              {invitation.declined ? (
                <span title={t("invitations.declined")}>
                  <StateBadge state="declined" />
                </span>
              ) : (
                <StateBadge state={invitation.state} />
              )}
            </td>
            <td className="nowrap" data-label={t("invitations.expires")}>
              {date(invitation.expires_at)}
            </td>
            <td className="cell-end">
              {mayChange && AGAIN.has(invitation.state) && <ResendButton invitation={invitation} />}
              {mayChange && OPEN.has(invitation.state) && <RevokeButton invitation={invitation} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
