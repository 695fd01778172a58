"""Quality assurance at the desk: what runs of evaluations say, and what people say of real answers."""
