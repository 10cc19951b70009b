"""What Python explains and PostgreSQL refuses: nobody approves their own change."""

from django.db import migrations

from foundation.operations import AppendOnly

FORWARD = """
CREATE FUNCTION accounts_approval_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked accounts_changerequest%ROWTYPE;
BEGIN
    SELECT * INTO asked FROM accounts_changerequest
    WHERE org_id = NEW.org_id AND id = NEW.request_id FOR UPDATE;
    IF asked.maker_id = NEW.approver_id THEN
        RAISE EXCEPTION 'the maker of a change cannot approve it' USING ERRCODE = 'check_violation';
    END IF;
    IF asked.state <> 'pending' OR asked.payload_hash <> NEW.payload_hash THEN
        RAISE EXCEPTION 'only the pending change that was seen can be approved'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER four_eyes BEFORE INSERT ON accounts_approval
    FOR EACH ROW EXECUTE FUNCTION accounts_approval_four_eyes();

CREATE FUNCTION accounts_changerequest_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'pending'
        OR (OLD.org_id, OLD.id, OLD.kind, OLD.target_id, OLD.base_version, OLD.payload,
            OLD.payload_hash, OLD.reason, OLD.maker_id, OLD.needs, OLD.asked_at, OLD.expires_at)
        IS DISTINCT FROM
           (NEW.org_id, NEW.id, NEW.kind, NEW.target_id, NEW.base_version, NEW.payload,
            NEW.payload_hash, NEW.reason, NEW.maker_id, NEW.needs, NEW.asked_at, NEW.expires_at)
    THEN
        RAISE EXCEPTION 'what a change request asks for never changes, nor does one that has ended'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'applied' AND NEW.needs > (
        SELECT count(*) FROM accounts_approval
        WHERE org_id = NEW.org_id AND request_id = NEW.id AND payload_hash = NEW.payload_hash
    ) THEN
        RAISE EXCEPTION 'a change needs its approvals before it is applied'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON accounts_changerequest
    FOR EACH ROW EXECUTE FUNCTION accounts_changerequest_stays();
"""
BACK = """
DROP TRIGGER stays ON accounts_changerequest;
DROP FUNCTION accounts_changerequest_stays();
DROP TRIGGER four_eyes ON accounts_approval;
DROP FUNCTION accounts_approval_four_eyes();
"""


class Migration(migrations.Migration):
    """Triggers of four eyes."""

    dependencies = [("accounts", "0002_access_and_changes")]
    operations = [migrations.RunSQL(FORWARD, BACK), AppendOnly("approval")]
