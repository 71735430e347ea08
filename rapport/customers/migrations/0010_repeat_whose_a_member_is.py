"""Repeat with each member the scope of its customer, whoever changes either: whose something is then takes one look, not two."""

from typing import ClassVar

from django.db import migrations, models

# What joins a customer and what moves a customer wait for each other at the customer's row; so none misses the other.
JOIN = """
CREATE FUNCTION customers_scope_of_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT scope_id INTO NEW.scope_id FROM customers_customer WHERE id = NEW.customer_id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_scope_of_member_new BEFORE INSERT ON customers_member
    FOR EACH ROW EXECUTE FUNCTION customers_scope_of_member();
CREATE TRIGGER customers_scope_of_member_moved BEFORE UPDATE OF customer_id ON customers_member
    FOR EACH ROW WHEN (OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION customers_scope_of_member();
"""
MOVE = """
CREATE FUNCTION customers_scope_to_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE customers_member SET scope_id = NEW.scope_id
    WHERE customer_id = NEW.id AND scope_id IS DISTINCT FROM NEW.scope_id;
    RETURN NULL;
END $$;
CREATE TRIGGER customers_scope_to_members AFTER UPDATE OF scope_id ON customers_customer
    FOR EACH ROW WHEN (OLD.scope_id <> NEW.scope_id) EXECUTE FUNCTION customers_scope_to_members();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0009_leave_room_beside_members")]
    operations: ClassVar = [
        migrations.AddField("member", "scope_id", models.BigIntegerField(editable=False, null=True)),
        migrations.RunSQL(
            JOIN,
            "DROP TRIGGER customers_scope_of_member_new ON customers_member;"
            "DROP TRIGGER customers_scope_of_member_moved ON customers_member;"
            "DROP FUNCTION customers_scope_of_member()",
        ),
        migrations.RunSQL(
            MOVE,
            "DROP TRIGGER customers_scope_to_members ON customers_customer; DROP FUNCTION customers_scope_to_members()",
        ),
    ]
