-- Creates incidents as fast as they are acknowledged; each has its own title, so that search terms differ.
local count = 0

function request()
	count = count + 1
	local body = string.format('{"title":"Mail server %d cannot be reached from Osaka","impact":"high","urgency":"high",' ..
		'"description":"Nobody in the office can open the mail box since nine o clock, %d people wait. メールが送受信できません。"}',
		count * 7919 % 10007, count % 97)
	return wrk.format("POST", "/api/v1/incidents", { ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
		["Content-Type"] = "application/json" }, body)
end
function response(status) if status ~= 201 then io.stderr:write("refused: ", status, "\n") end end
