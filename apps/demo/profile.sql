SELECT app_version, last_seen, devices_online, devices_offline, last_error AS error_code, phone_model, measured_at AS at
FROM app_usage
WHERE email = :email
