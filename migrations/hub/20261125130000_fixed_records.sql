-- What is recorded stays as it was recorded, for the owner of the tables too: emptying a
-- table is refused as changing a row is. The application may change of a claim, a payment
-- and a message only what happens to them later, never an amount or a text.

create trigger proposal_no_truncate before truncate on hub.proposal
    for each statement execute function hub.refuse_change();
create trigger claim_line_no_truncate before truncate on hub.claim_line
    for each statement execute function hub.refuse_change();
create trigger credit_note_no_truncate before truncate on hub.credit_note
    for each statement execute function hub.refuse_change();

revoke update on hub.claim, hub.payment, hub.message from skadehub_hub;
grant update (version, status, paid_ore, credited_ore, booking_reference, dispute_reason)
    on hub.claim to skadehub_hub;
grant update (confirmed) on hub.payment to skadehub_hub;
grant update (read_at) on hub.message to skadehub_hub;
