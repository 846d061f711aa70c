import type { paths } from "./openapi.gen";

// Taken by path, not by schema name: the path is the contract, the name is the server's own.
type Json<T> = T extends { content: { "application/json": infer B } } ? B : never;
type Ok<T> = T extends { responses: infer R }
  ? R extends { 200: infer A }
    ? Json<A>
    : R extends { 201: infer A }
      ? Json<A>
      : never
  : never;
type Body<T> = T extends { requestBody: infer B } ? Json<B> : never;
type Get<P extends keyof paths> = Ok<paths[P]["get"]>;
type Post<P extends keyof paths> = Ok<paths[P]["post"]>;
type Sent<P extends keyof paths> = Body<paths[P]["post"]>;

export type Interview = Get<"/api/candidate/interview">;
export type ConsentBody = Sent<"/api/candidate/consent">;
export type Purposes = ConsentBody["purposes"];
export type Purpose = keyof Purposes;
export type NoticePage = Get<"/api/candidate/notice">;
export type NoticeText = NoticePage["texts"][string];
export type Accommodations = Interview["accommodations"];
export type Written = Get<"/api/candidate/written">;
export type RightsStatus = Get<"/api/candidate/rights">;
export type OfficeRequest = Get<"/api/rights/requests">[number];
export type OfficeContest = Get<"/api/rights/contests">[number];
export type SignedReceipt = Get<"/api/candidate/receipt">;
export type Advance = Post<"/api/candidate/advance">;

export type Me = Get<"/api/me">;
export type Permission = Me["permissions"][number];
export type Role = Me["role"];
export type Colleague = Get<"/api/people">[number];
export type ColleagueDraft = Sent<"/api/people">;
export type NewColleague = Post<"/api/people">;
export type ColleaguePatch = Body<paths["/api/people/{account_id}"]["patch"]>;
export type ResendBody = Sent<"/api/invitations/{invitation_id}/resend">;
export type Status = Get<"/api/status">;
export type Plan = Get<"/api/plans">[number];
export type PlanDraft = Sent<"/api/plans">;
export type Invitation = Get<"/api/invitations">[number];
export type InvitationDraft = Sent<"/api/invitations">;
export type InvitationCreated = Post<"/api/invitations">;
type Asked<T> = T extends { parameters: { query: infer Q } } ? Q : never;
export type ImportQuery = Asked<paths["/api/invitations/import/check"]["post"]>;
export type ImportReport = Post<"/api/invitations/import/check">;
export type ImportResult = Post<"/api/invitations/import">;
export type LiveSession = Get<"/api/live">[number];
export type QueueItem = Get<"/api/review/queue">["items"][number];
export type QueueQuery = NonNullable<paths["/api/review/queue"]["get"]["parameters"]["query"]>;
export type QueueCounts = Get<"/api/review/queue/counts">;
export type QueueChoices = Get<"/api/review/queue/choices">;
export type AssignmentBody = Sent<"/api/review/assignments">;
export type LabelBody = Sent<"/api/review/labels">;
export type Freeze = Get<"/api/review/freezes">[number];
export type Outline = Post<"/api/plans/outline">;
export type OutlineBody = Sent<"/api/plans/outline">;
export type Case = Get<"/api/review/cases/{session_id}">;
export type Rating = Case["ratings"][number];
export type Utterance = Case["utterances"][number];
export type OverrideBody = Sent<"/api/review/cases/{session_id}/ratings/{competency_id}/override">;
export type Competency = Case["competencies"][number];
export type Verdict = Case["verdicts"][number];
export type VerdictBody = Sent<"/api/review/cases/{session_id}/ratings/{competency_id}/verdict">;
export type Comment = Get<"/api/review/cases/{session_id}/comments">[number];
export type CommentBody = Sent<"/api/review/cases/{session_id}/comments">;
export type Mention = Get<"/api/review/mentions">[number];
export type CasePerson = Get<"/api/review/people">[number];
export type Decision = Get<"/api/review/cases/{session_id}/decisions">[number];
export type DecisionBody = Sent<"/api/review/cases/{session_id}/decisions">;
export type LetterBody = Sent<"/api/review/cases/{session_id}/decisions/{decision_id}/letter">;
export type Trial = Get<"/api/trials">[number];
export type TrialDraft = Sent<"/api/trials">;
export type TrialReport = Get<"/api/trials/{trial_id}">;
export type TrialFigures = NonNullable<TrialReport["figures"]>;
export type Interval = TrialFigures["kappa"];
export type SheetTasks = Get<"/api/sheets">;
export type SheetTask = SheetTasks["items"][number];
export type SheetPurpose = SheetTask["purpose"];
export type Sheet = Get<"/api/sheets/{session_id}">;
export type SheetDraft = Sent<"/api/sheets/{session_id}/lock">;
export type Adoption = Get<"/api/adoption">;
export type Calibrated = Get<"/api/calibration">[number];
export type FittedModel = Calibrated["models"][number];
export type Comparison = Get<"/api/review/compare">;
export type CaseLink = Get<"/api/review/cases/{session_id}/links">[number];
export type LinkBody = Sent<"/api/review/cases/{session_id}/links">;
export type SharedCase = Post<"/api/shared">;
export type AuditEvent = Get<"/api/audit">[number];
export type AuditVerdict = Get<"/api/audit/verify">;
