-- Each adapter's effects are claimed on their own. Without this, who looks for e-mails to send passes all cutovers that are due in the same minute.
CREATE INDEX outbox_to_claim_by_adapter ON outbox (split_part(kind, '.', 1), claimable_at) WHERE claimable_at IS NOT NULL;
