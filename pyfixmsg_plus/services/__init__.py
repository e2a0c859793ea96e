"""What a person or a machine starts: each service joins the libraries into one program."""
