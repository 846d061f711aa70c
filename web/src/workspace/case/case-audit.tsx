import { AuditTable } from "../audit/audit-table";
import { Loaded } from "../parts/load-state";
import { useCaseAudit } from "../queries";
import { EvidenceExport } from "./evidence-export";

export function CaseAudit({ id }: { readonly id: string }) {
  const audit = useCaseAudit(id);
  return (
    <>
      <EvidenceExport id={id} />
      <Loaded query={audit}>{(events) => <AuditTable events={events} />}</Loaded>
    </>
  );
}
