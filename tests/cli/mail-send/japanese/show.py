import sys
from email import message_from_binary_file, policy

with open(sys.argv[1], "rb") as file:
    mail = message_from_binary_file(file, policy=policy.default)
to = mail["To"].addresses[0]
body = mail.get_content().replace("\n", "/")
print(mail["From"].addresses[0].display_name, to.display_name, to.addr_spec, mail["Subject"], body, sep="|")
