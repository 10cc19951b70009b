"""A question names the figure it is about by its own words; what was asked never changes."""

from django.db import migrations, models

STAYS = """
CREATE FUNCTION royalties_question_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a question is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'a closed question stays closed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.org_id, NEW.id, NEW.statement_id, NEW.figure, NEW.amount, NEW.author, NEW.text,
        NEW.asked_at)
       IS DISTINCT FROM
       (OLD.org_id, OLD.id, OLD.statement_id, OLD.figure, OLD.amount, OLD.author, OLD.text,
        OLD.asked_at) THEN
        RAISE EXCEPTION 'what was asked stays as it was asked'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER question_stays BEFORE UPDATE OR DELETE ON royalties_question
    FOR EACH ROW EXECUTE FUNCTION royalties_question_stays();
"""
MOVES = """
DROP TRIGGER question_stays ON royalties_question;
DROP FUNCTION royalties_question_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("royalties", "0008_issued_before_are_published")]

    operations = [
        migrations.RemoveField("question", "result"),
        migrations.RemoveField("question", "row"),
        migrations.AddField("question", "figure", models.JSONField(default=dict)),
        migrations.AddField(
            "question",
            "amount",
            models.DecimalField(decimal_places=4, default=0, max_digits=30),
            preserve_default=False,
        ),
        migrations.AddField("question", "version", models.PositiveIntegerField(default=1)),
        migrations.RunSQL(STAYS, MOVES),
    ]
