-- Vehicles TFFAuto could not be asked about when the incident was sent; it is asked again.
create index incident_party_unchecked on hub.incident_party (incident_id)
    where insurer_checked_at is null and registration_number is not null;
